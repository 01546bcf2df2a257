import Billing
import Units

/// Readings of option values; what is wrong with one is told with the option's name.
enum Parsing {
    static func period(_ text: String) throws -> BillingPeriod { try BillingPeriod(text: text) }
    static func day(_ text: String) throws -> CivilDay { try CivilDay(text: text) }
    static func instant(_ text: String) throws -> Instant { try Instant(rfc3339: text) }
    static func account(_ text: String) throws -> AccountID { try AccountID(text) }
    static func user(_ text: String) throws -> UserID { try UserID(text) }
    static func plan(_ text: String) throws -> PlanID { try PlanID(text) }
    static func task(_ text: String) throws -> TaskID { try TaskID(text) }
    static func gpus(_ text: String) throws -> GPUQuantity { try GPUQuantity(decimal: text) }
    static func number(_ text: String) throws -> DocumentNumber { DocumentNumber(text: text) }

    static func yen(_ text: String) throws -> Yen {
        guard let amount = Int64(text) else {
            throw UnitError(.invalidDecimal, "'\(text.prefix(40))' is no whole number of yen; write for example 10000")
        }
        return Yen(amount)
    }
}
