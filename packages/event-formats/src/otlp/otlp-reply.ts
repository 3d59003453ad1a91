import { create, toBinary } from '@bufbuild/protobuf';
import { ExportLogsServiceResponseSchema } from './generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';

/** What an exporter receives about the records that were refused; `undefined` if there are none. */
export interface PartialSuccess {
  readonly rejectedLogRecords: number;
  readonly errorMessage: string;
}

/** Returns an ExportLogsServiceResponse as the value of its JSON. */
export function jsonOtlpReply(partial: PartialSuccess | undefined): object {
  if (!partial) return {};
  // 64-bit integers are text in the JSON of protobuf.
  return { partialSuccess: { ...partial, rejectedLogRecords: String(partial.rejectedLogRecords) } };
}

/** Returns an ExportLogsServiceResponse in protobuf. */
export function binaryOtlpReply(partial: PartialSuccess | undefined): Uint8Array<ArrayBuffer> {
  const partialSuccess = partial && { ...partial, rejectedLogRecords: BigInt(partial.rejectedLogRecords) };
  return toBinary(
    ExportLogsServiceResponseSchema,
    create(ExportLogsServiceResponseSchema, partialSuccess && { partialSuccess }),
  );
}
