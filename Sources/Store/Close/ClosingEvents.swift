import Billing
import UsageLedger
import Units

/// The events that a close appends, and what rebuilds read back from them.
enum ClosingEvents {
    static func documentIssued(
        _ invoice: Invoice, sha256: [UInt8], more: [JSONValue.Member] = []
    ) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .documentIssued, subject: invoice.number?.text ?? "",
            data: more + [
                .init("account", .string(invoice.recipient.id.text)), .init("kind", .string(invoice.kind.rawValue)),
                .init("revision", .integer(invoice.revision)), .init("period", .string(invoice.period.description)),
                .init("payable_yen", .integer(invoice.totals.payable.amount)),
                .init("sha256", .string(hexadecimal(sha256))),
            ] + PrintTemplate.current.members, privateFields: ["reason"])
    }

    /// A return or a corrected invoice: also names the original, who asked for it and why.
    static func documentIssued(_ invoice: Invoice, sha256: [UInt8], by actor: Actor) -> LedgerEventDraft {
        documentIssued(
            invoice, sha256: sha256,
            more: [.init("original", .string(invoice.original?.number.text ?? ""))] + author(actor))
    }

    static func documentVoided(_ number: DocumentNumber, account: AccountID, by actor: Actor) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .documentVoided, subject: number.text,
            data: [.init("account", .string(account.text))] + author(actor), privateFields: ["reason"])
    }

    private static func author(_ actor: Actor) -> [JSONValue.Member] {
        [.init("who", .string(actor.who))] + (actor.reason.map { [.init("reason", .string($0))] } ?? [])
    }

    static func periodClosed(
        _ closing: Closing, who: String, reason: String?, rowUse: [(row: Int64, lastDay: CivilDay)], logSize: Int64,
        logRoot: [UInt8]
    ) -> LedgerEventDraft {
        var author: [JSONValue.Member] = [.init("who", .string(who))]
        if let reason { author.append(.init("reason", .string(reason))) }
        return LedgerEventDraft(
            type: .periodClosed, subject: closing.period.description,
            data: author + [
                .init("log_cut", .integer(closing.logCut)),
                .init("issue_day", .string(closing.issueDay.description)), .init("rules", closing.rules.jsonValue),
                .init("documents", .integer(closing.documents)), .init("payable_yen", .integer(closing.payable.amount)),
                .init("log_size", .integer(logSize)), .init("log_root", .string(hexadecimal(logRoot))),
                .init(
                    "price_rows",
                    .array(
                        rowUse.map {
                            .object([
                                .init("price_row", .integer($0.row)),
                                .init("last_day", .string($0.lastDay.description)),
                            ])
                        })),
            ], privateFields: ["reason"])
    }

    static func gateAccepted(_ item: GateItem, who: String, reason: String) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .gateAcceptance, subject: item.name,
            data: [
                .init("who", .string(who)), .init("reason", .string(reason)),
                .init("fingerprint", .string(hexadecimal(item.fingerprint))),
            ], privateFields: ["reason"])
    }

    /// Reads a `period.closed` body back; `nil` when it isn't one.
    static func closing(_ body: JSONValue, position: Int64) -> (
        closing: Closing, rowUse: [(row: Int64, lastDay: CivilDay)]
    )? {
        guard let period = body["subject"]?.string.flatMap({ try? BillingPeriod(text: $0) }), let data = body["data"],
            let logCut = data["log_cut"]?.integer,
            let issueDay = data["issue_day"]?.string.flatMap({ try? CivilDay(text: $0) }),
            let rules = data["rules"].flatMap(BillingRules.init(json:)), let documents = data["documents"]?.integer,
            let payable = data["payable_yen"]?.integer
        else { return nil }
        let use = (data["price_rows"]?.array ?? []).compactMap { value -> (row: Int64, lastDay: CivilDay)? in
            guard let row = value["price_row"]?.integer,
                let day = value["last_day"]?.string.flatMap({ try? CivilDay(text: $0) })
            else { return nil }
            return (row, day)
        }
        let closing = Closing(
            position: position, period: period, logCut: logCut, issueDay: issueDay, rules: rules, documents: documents,
            payable: Yen(payable))
        return (closing, use)
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads `hexadecimal` back; empty for anything else.
    static func bytes(hexadecimal text: String) -> [UInt8] {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return [] }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
