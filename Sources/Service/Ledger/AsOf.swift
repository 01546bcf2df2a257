import Units

/// As known at a position of the log, or at a time.
public enum AsOf: Hashable, Sendable {
    case position(Int64)
    case time(Instant)

    /// Reads a whole number or RFC 3339. Errors: those of `UnitError`.
    public static func parse(_ text: String) throws(UnitError) -> AsOf {
        if let position = Int64(text) {
            guard position >= 0 else {
                throw UnitError(.invalidDecimal, "position \(position) is negative; positions count from 1")
            }
            return .position(position)
        }
        do throws(UnitError) {
            return .time(try Instant(rfc3339: text))
        } catch {
            throw UnitError(
                error.code,
                "'\(text.prefix(40))' is neither a position nor an RFC 3339 time such as 2017-11-05T00:00:00+09:00")
        }
    }

    /// The log cut that it means.
    public func position(in service: LedgerService) throws -> Int64 {
        switch self {
        case .position(let position): position
        case .time(let instant): try service.store.position(recordedBy: instant)
        }
    }
}
