import { Module } from '@nestjs/common';
import { ModelStoreController } from './model-store.controller.ts';
import { ModelStoreService } from './model-store.service.ts';

@Module({ controllers: [ModelStoreController], providers: [ModelStoreService], exports: [ModelStoreService] })
export class ModelStoreModule {}
