import { Module } from '@nestjs/common';
import { FeatureStoreController } from './feature-store.controller.ts';
import { FeatureStoreService } from './feature-store.service.ts';

@Module({ controllers: [FeatureStoreController], providers: [FeatureStoreService], exports: [FeatureStoreService] })
export class FeatureStoreModule {}
