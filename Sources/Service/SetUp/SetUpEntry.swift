import Billing
import Store
import UsageLedger

/// One entry of the set-up, given as JSON in the words of the set-up file: read and judged by the same code, but with
/// JSON's types.
public enum SetUpEntry: Sendable {
    case account(JSONValue)
    case price(JSONValue)
    case credit(JSONValue)

    /// What the entry declares, without lines. Members that the file doesn't know, and those that are null, are left
    /// out. Error: `invalid_body` with every member at fault.
    public func declaration() throws -> SetUpDeclaration {
        var declaration = SetUpDeclaration()
        switch self {
        case .account(let value):
            declaration.accounts = [.init(line: 0, value: try value.read(SetUpFileKeys.account) { $0.account($1) })]
        case .price(let value):
            declaration.prices = [.init(line: 0, value: try value.read(SetUpFileKeys.price) { $0.price($1) })]
        case .credit(let value):
            declaration.credits = [.init(line: 0, value: try value.read(SetUpFileKeys.credit) { $0.credit($1) })]
        }
        return declaration
    }

    /// What a rule forbids, member by member.
    static func explained(_ errors: SetUpErrors) -> ServiceError {
        let code: ServiceError.Code =
            switch errors.code {
            case .invalidFile, .unknownKey, .invalidValue: .invalidBody
            case .unknownReference: .unknownReference
            case .pricesShareADay: .pricesShareADay
            case .priceIsUsed: .priceIsUsed
            case .daysAreInvoiced: .daysAreInvoiced
            case .planIsUsed: .planIsUsed
            }
        return ServiceError(code, issues: errors.errors.map(\.issue))
    }
}

extension SetUpError {
    fileprivate var issue: ServiceError.Issue { .init(field: field, code: code.rawValue, message: message) }
}

extension JSONValue {
    /// Reads an entry; members of another type than JSON has for them aren't read.
    fileprivate func read<Value>(
        _ keys: [String], _ read: (inout SetUpFileFields, FileEntry) -> Value?
    ) throws -> Value {
        let (entry, mistyped) = FileEntry.entry(of: members ?? [], keys: keys)
        var fields = SetUpFileFields()
        let value = read(&fields, entry)
        // A member of the wrong type is there, whatever a reader of texts says.
        let wrong = Set(mistyped.map(\.field))
        let issues = mistyped + fields.errors.filter { !wrong.contains($0.field) }.map(\.issue)
        guard let value, issues.isEmpty else { throw ServiceError(.invalidBody, issues: issues) }
        return value
    }
}

extension LedgerService {
    /// Records what an entry changes; nothing when it is recorded already, but a credit is granted each time.
    /// Errors: that of `SetUpEntry.declaration`, then those of the set-up's rules, each with the members at fault.
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
