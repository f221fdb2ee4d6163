import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, IsString, Length, ValidateNested } from 'class-validator';
import { AsParsed, Optional } from '../http/fields.js';
import { EventDto } from '../publish/publish.dto.js';
import { CreateSubscription } from '../subscriptions/dto/write-subscription.dto.js';

export class PreviewDto {
  @ApiProperty({ type: () => CreateSubscription, description: 'The draft, as for create. It is checked and not stored.' })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => CreateSubscription)
  subscription!: CreateSubscription;

  @ApiPropertyOptional({
    type: String,
    minLength: 26,
    maxLength: 36,
    description: 'The subscription that the draft would replace: secrets that it keeps count as given.',
    example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB',
  })
  @Optional()
  @IsString()
  @Length(26, 36)
  subscriptionId?: string;

  @ApiProperty({ type: () => EventDto, description: 'The event, as for publish. It is not stored.' })
  @IsDefined()
  @AsParsed()
  @IsObject()
  event!: EventDto;
}
