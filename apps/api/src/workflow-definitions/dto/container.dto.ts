import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, MaxLength } from 'class-validator';
import { matching } from '../../http/matching.ts';
import { MayBeAbsent } from '../../http/may-be-absent.ts';
import { type Container, imagePattern, imageRule, maxImageLength } from '../domain/container.ts';

const IsImage = matching('isImage', imagePattern, imageRule, maxImageLength);

const maxWords = 256;
const maxWordLength = 8192;

export class ContainerDto implements Container {
  @ApiProperty({
    description: 'As a container engine names it. A digest names the same image for ever, a tag may not.',
  })
  @IsImage()
  image: string;

  @ApiPropertyOptional({
    maxItems: maxWords,
    description: "Runs in the place of the image's entrypoint: the program and its arguments. No shell reads it.",
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(maxWords)
  @IsString({ each: true })
  @MaxLength(maxWordLength, { each: true })
  command?: string[];

  @ApiPropertyOptional({ maxItems: maxWords, description: "In the place of the image's own arguments." })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(maxWords)
  @IsString({ each: true })
  @MaxLength(maxWordLength, { each: true })
  args?: string[];
}
