import Billing
import Units

/// The books for programs of plain text accounting, with a balance assertion per customer and month.
public enum PlainTextBooks {
    /// For hledger. The commodity has decimals, though no amount has: without them hledger rounds before it compares,
    /// and accepts a book that is 0.4 yen out of balance.
    public static func hledger(_ journal: Journal) -> String {
        var text = "; Kanjo\ncommodity 1000.00 JPY\n"
        weave(journal) { entry in
            text += "\n\(entry.day) (\(entry.position)) \(entry.text)\n"
            for posting in entry.postings {
                text += "    \(hledgerName(posting.account, entry.customer))  \(posting.yen) JPY\n"
            }
        } assertion: { assertion in
            text += "\n\(assertion.day) 残高 \(assertion.customer)\n"
            text += "    \(hledgerName(assertion.account, assertion.customer))  0 JPY = \(assertion.yen) JPY\n"
        }
        return text
    }

    /// For beancount, whose balances are those of a day's beginning: asserted on the next day.
    public static func beancount(_ journal: Journal) -> String {
        var text = "; Kanjo\noption \"title\" \"Kanjo\"\noption \"operating_currency\" \"JPY\"\n\n"
        var opened: [String: CivilDay] = [:]
        for entry in journal.entries {
            for posting in entry.postings {
                let name = beancountName(posting.account, entry.customer)
                if opened[name] == nil {
                    opened[name] = entry.day
                    text += "\(entry.day) open \(name) JPY\n  name: \(quoted(posting.account.japanese))\n"
                    if posting.account.hasCustomers { text += "  customer: \(quoted(entry.customer.text))\n" }
                }
            }
        }
        weave(journal) { entry in
            text += "\n\(entry.day) * \(quoted(entry.customer.text)) \(quoted(entry.text))\n"
            text += "  position: \(entry.position)\n"
            for posting in entry.postings {
                text += "  \(beancountName(posting.account, entry.customer))  \(posting.yen) JPY\n"
            }
        } assertion: { assertion in
            let name = beancountName(assertion.account, assertion.customer)
            text += "\(assertion.day.next) balance \(name)  \(assertion.yen) JPY\n"
        }
        return text
    }

    /// Entries and, after the last one of each month, its assertions.
    private static func weave(
        _ journal: Journal, entry write: (JournalEntry) -> Void, assertion assert: (BalanceAssertion) -> Void
    ) {
        var assertions = journal.assertions[...]
        for entry in journal.entries {
            while let next = assertions.first, next.day < entry.day { assert(assertions.removeFirst()) }
            write(entry)
        }
        for assertion in assertions { assert(assertion) }
    }

    private static func hledgerName(_ account: BooksAccount, _ customer: AccountID) -> String {
        account.root.japanese + ":" + account.japanese + (account.hasCustomers ? ":\(customer)" : "")
    }

    private static func beancountName(_ account: BooksAccount, _ customer: AccountID) -> String {
        account.root.rawValue + ":" + account.english + (account.hasCustomers ? ":" + component(customer) : "")
    }

    /// An account's id as beancount allows it: `C-acme`; with other characters `X-`, each of them as `Z` and its byte
    /// in hexadecimal, so that no two ids become one.
    static func component(_ customer: AccountID) -> String {
        let isPlain = customer.text.utf8.allSatisfy { isPlainByte($0) }
        guard !isPlain else { return "C-" + customer.text }
        return customer.text.utf8.reduce(into: "X-") { text, byte in
            text +=
                isPlainByte(byte) && byte != UInt8(ascii: "Z")
                ? String(UnicodeScalar(byte)) : "Z" + Digits.hexadecimal([byte])
        }
    }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
