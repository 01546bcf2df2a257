import Billing
import Store
import UsageLedger

/// One entry of the set-up, given as JSON in the words of the set-up file: read and judged by the same code.
public enum SetUpEntry: Sendable {
    case account(JSONValue)
    case price(JSONValue)
    case credit(JSONValue)

    /// What the entry declares. Members that the file doesn't know, and those that are null, are left out.
    /// Errors: those of `SetUpFileReader`, without lines.
    public func declaration() throws -> SetUpDeclaration {
        let (section, keys, value) =
            switch self {
            case .account(let value): ("accounts", SetUpFileKeys.account, value)
            case .price(let value): ("prices", SetUpFileKeys.price, value)
            case .credit(let value): ("credits", SetUpFileKeys.credit, value)
            }
        let members = (value.members ?? []).filter { keys.contains($0.key) && !$0.value.isNull }
        let file = JSONValue.object([.init(section, .array([.object(members)]))])
        do {
            return try SetUpFileReader.declaration(in: file.canonicalText)
        } catch {
            throw Self.explained(error)
        }
    }

    /// What can't be read is a body at fault, field by field; what a rule forbids stays what it is. There are no lines.
    static func explained(_ errors: SetUpErrors) -> any Error {
        let unlined = errors.errors.map { SetUpError($0.code, line: 0, $0.message) }
        switch errors.code {
        case .invalidFile, .unknownKey, .invalidValue: break
        case .unknownReference, .pricesShareADay, .priceIsUsed, .daysAreInvoiced, .planIsUsed:
            return SetUpErrors(unlined)
        }
        return ServiceError(
            .invalidBody, unlined.map(\.message).joined(separator: "; "),
            issues: unlined.map { .init(field: field(of: $0.message), code: $0.code.rawValue, message: $0.message) })
    }

    /// `prices.from: …` and `prices: 'from' is missing` are about `from`.
    private static func field(of message: String) -> String {
        let head = message.prefix { $0 != ":" }
        if let dot = head.firstIndex(of: "."), !head.contains(" ") { return String(head[head.index(after: dot)...]) }
        let quoted = message.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        return quoted.count == 3 && quoted[2].hasPrefix(" is missing") ? String(quoted[1]) : ""
    }
}

extension LedgerService {
    /// Records what an entry changes; nothing when it is recorded already, but a credit is granted each time.
    /// Errors: those of `SetUpEntry.declaration`, then `SetUpErrors` with what a rule forbids.
    public func apply(_ entry: SetUpEntry, by author: Author) throws -> AppliedSetUp {
        let declared = try entry.declaration(), texts = PrintableText(for: declared)
        do {
            let (planned, before) = try store.apply(by: actor(author)) { current, use in
                var declaration = declared
                // A set-up file lists all credits; here the recorded ones are listed with the new one.
                if let account = declared.credits.first?.value.credit.account {
                    declaration.credits += current.credits.filter { $0.credit.account == account }.map {
                        .init(line: 0, value: $0)
                    }
                }
                return try plannedChanges(from: current, to: declaration, use: use, unprintable: texts.unprintable)
            }
            return AppliedSetUp(
                changes: summaries(of: planned.changes, from: before), warnings: planned.warnings(after: texts),
                isDryRun: false)
        } catch let errors as SetUpErrors {
            throw SetUpEntry.explained(errors)
        }
    }
}
