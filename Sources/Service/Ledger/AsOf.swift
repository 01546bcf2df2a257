import Store
import Units

/// As known at a position of the log, or at a time.
public enum AsOf: Hashable, Sendable {
    case position(Int64)
    case time(Instant)

    /// Reads a whole number or RFC 3339. Errors: `invalid_decimal`, `decimal_out_of_range`, those of an instant.
    public static func parse(_ text: String) throws(UnitError) -> AsOf {
        if let position = Int64(text) {
            guard position >= 0 else {
                throw UnitError(.invalidDecimal, "position \(position) is negative; positions count from 1")
            }
            return .position(position)
        }
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            throw UnitError(.decimalOutOfRange, "position \(text.prefix(40)) lies beyond every log")
        }
        do throws(UnitError) {
            return .time(try Instant(rfc3339: text))
        } catch {
            guard error.code != .instantOutOfRange else { throw error }
            throw UnitError(
                error.code,
                "'\(text.prefix(40))' is neither a position nor an RFC 3339 time such as 2017-11-05T00:00:00+09:00")
        }
    }

    /// The log cut that it means. Error: `invalid_request` for a position that isn't recorded yet, and for a time to
    /// come: what will be known then nobody knows.
    public func position(in service: LedgerService) throws -> Int64 {
        let head = try service.store.head()
        switch self {
        case .position(let position):
            guard position <= head.size else { throw Self.refused("position \(position)", head) }
            return position
        case .time(let instant):
            guard instant <= max(service.environment.now(), head.recordedAt) else {
                throw Self.refused("\(instant)", head)
            }
            return try service.store.position(recordedBy: instant)
        }
    }

    private static func refused(_ asked: String, _ head: LogHead) -> ServiceError {
        let end = head.size > 0 ? "position \(head.size), recorded at \(head.recordedAt)" : "empty"
        return ServiceError(
            .invalidRequest,
            issues: [
                .init(
                    field: "as_of", code: "invalid",
                    message: "as_of: \(asked) lies beyond the head of the log (\(end)); leave it out to ask as of now")
            ])
    }
}
