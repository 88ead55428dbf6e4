import { applyDecorators, Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { EventOf, EventType } from '@griffin/contracts';
import { throwError, type Observable } from 'rxjs';

/** Nest would replace what a handler throws by a bland "internal error"; the delivery has to see the error itself. */
@Catch()
class PassOn implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Fits a method that takes the event of type `T`. */
type HandlerDecorator<T extends EventType> = <Handler extends (event: EventOf<T>) => Promise<unknown>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void;

/**
 * Makes a method of a `@Controller()` the service's one handler of an event type, on every transport. It gets the
 * validated event. It may be called again with the same event (`Inbox.once` makes the effect happen once), and a later
 * event of the same key waits until it has returned; only a replayed dead letter may come beside it. What it throws is
 * retried, unless it is a `PermanentError`.
 */
export function OnEvent<T extends EventType>(type: T): HandlerDecorator<T> {
  return applyDecorators(EventPattern<EventType>(type), UseFilters(new PassOn()));
}
