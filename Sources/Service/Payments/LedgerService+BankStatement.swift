import Billing
import Feeds
import Foundation
import Store
import Units

/// What an import of a bank's list did with each line.
public struct ImportedPayments: Sendable {
    public var recorded: [RecordedPayment] = []
    /// Known from before.
    public var repeated = 0
    /// Line and why nothing was recorded for it.
    public var left: [(line: Int, reason: String)] = []
}

extension LedgerService {
    /// Records a bank's list of money that came in. A line that names an invoice, in its own column, its reference
    /// or its payer's words, pays it; else one whose payer is the name of exactly one account pays that account's
    /// oldest open invoices. Nothing is guessed: every other line is told, and stays undone. The same list again
    /// records nothing. Errors: `cannot_open`, `cannot_read`, `invalid_row` for the header.
    public func importPayments(_ path: String, by author: Author) throws -> ImportedPayments {
        var done = ImportedPayments()
        for (index, result) in try BankStatement.entries(in: try FileSource(path: path)).enumerated() {
            do {
                let entry = try result.get()
                guard let request = try request(for: entry) else {
                    done.left.append(
                        (
                            entry.line,
                            "no invoice is named, and '\(entry.payer)' is the name of no account, or of several; "
                                + "record it with kanjo payment add"
                        ))
                    continue
                }
                let (payment, isNew) = try store.record(request, by: actor(author))
                if isNew { done.recorded.append(payment) } else { done.repeated += 1 }
            } catch {
                let line = (try? result.get())?.line ?? index + 2
                done.left.append((line, ErrorTable.show(error).message))
            }
        }
        return done
    }

    /// `nil` where it isn't clear whose money it is.
    private func request(for entry: BankEntry) throws -> PaymentRequest? {
        var request = PaymentRequest(
            kind: .received, method: .bankTransfer, reference: entry.reference, day: entry.day, yen: entry.yen)
        let named = [entry.invoice, entry.reference, entry.payer].lazy.compactMap(Self.number).first
        if let named {
            request.invoices = [named]
            return request
        }
        let payer = Self.folded(entry.payer)
        let accounts = try store.setUp().accounts.values.filter { Self.folded($0.name) == payer }
        guard !payer.isEmpty, accounts.count == 1 else { return nil }
        request.account = accounts[0].id
        request.invoices = try store.receivables(of: accounts[0].id).filter { $0.open > .zero }.map(\.number)
        return request
    }

    /// The first `201710-000001` in a text.
    private static func number(in text: String) -> DocumentNumber? {
        text.matches(of: /([0-9]+)-([0-9]+)/).first { $0.output.1.count == 6 && $0.output.2.count >= 6 }
            .map { DocumentNumber(text: String($0.output.0)) }
    }

    /// Full and half width, katakana's forms and case don't tell payers apart, nor do spaces.
    private static func folded(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.lowercased().filter { !$0.isWhitespace }
    }
}
