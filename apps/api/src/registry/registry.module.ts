import { Module } from '@nestjs/common';
import { AliasController } from './alias.controller.ts';
import { AliasRepository } from './alias.repository.ts';
import { AliasService } from './alias.service.ts';
import { ArtifactsController } from './artifacts.controller.ts';
import { RegistryCatalogue } from './catalogue.service.ts';
import { RegistryController } from './registry.controller.ts';
import { RegistryRepository } from './registry.repository.ts';
import { RegistryService } from './registry.service.ts';

@Module({
  controllers: [RegistryController, AliasController, ArtifactsController],
  providers: [RegistryRepository, AliasRepository, RegistryService, RegistryCatalogue, AliasService],
  exports: [RegistryService],
})
export class RegistryModule {}
