import Billing
import Service
import Store
import UsageLedger
import Units

extension AdminChange {
    /// Money that came in (`received`), that is held and pays invoices now (`applied`), or that went back
    /// (`refunded`). Everything that is wrong is noted.
    /// - Parameter today: of Japan; a payment isn't booked before it is made.
    mutating func payment(today: CivilDay) -> PaymentRequest? {
        let kind = value("kind") { try word($0, "kind", Payment.Kind.self) } ?? .received
        let method = required("method") { try word($0, "method", PaymentMethod.self) }
        let reference = required("reference", paymentReference)
        let day = required("day") { try paymentDay($0, today: today) }
        let account = value("account", AccountID.init)
        let invoices = list("invoices", atMost: 1000, DocumentNumber.init(checked:))
        if Set(invoices).count < invoices.count {
            note("invoices", "invalid_value", "invoices names one twice; name each once")
        }
        let yen = integer("yen", in: 1...Payment.greatestYen.amount)
        let fee = integer("fee_yen", in: 0...Payment.greatestYen.amount) ?? 0
        if yen == nil, kind != .applied { require("yen") }
        switch kind {
        case .received:
            if account == nil, invoices.isEmpty { require("account", unless: "invoices") }
            if let yen, fee > yen { note("fee_yen", "invalid_value", "fee_yen, \(fee), is more than yen, \(yen)") }
        case .applied:
            require("invoices")
            refuse(["fee_yen"], of: "received")
        case .refunded:
            require("account")
            refuse(["fee_yen"], of: "received")
            refuse(["invoices"], of: "received and applied")
        }
        guard let method, let reference, let day else { return nil }
        return PaymentRequest(
            kind: kind, invoices: invoices, account: account, method: method, reference: reference, day: day,
            yen: yen.map { Yen($0) }, fee: Yen(fee))
    }

    private mutating func require(_ name: String, unless other: String? = nil) {
        guard body.members != nil, body[name].map(\.isNull) ?? true else { return }
        note(name, "required", "\(name) is missing\(other.map { "; give it or \($0)" } ?? "")")
    }
}

private func word<Word: RawRepresentable & CaseIterable>(
    _ text: String, _ name: String, _ type: Word.Type
) throws -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw ServiceError(.invalidBody, "\(name) is one of \(known), not '\(text.prefix(40))'")
    }
    return word
}

private func paymentReference(_ text: String) throws -> String {
    let isClean = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard isClean, text.utf8.count <= 200, !text.allSatisfy(\.isWhitespace) else {
        throw ServiceError(
            .invalidBody, "reference has 1 to 200 bytes, not all of them spaces and none of them a control character")
    }
    return text
}

private func paymentDay(_ text: String, today: CivilDay) throws -> CivilDay {
    let day = try CivilDay(text: text)
    guard day <= today else {
        throw ServiceError(.invalidBody, "day \(day) is still to come; write the day on which it was booked")
    }
    return day
}

extension DocumentNumber {
    /// Error: `invalid_body`.
    init(checked text: String) throws {
        guard text.wholeMatch(of: /[0-9]{6}-[0-9]{6,}/) != nil else {
            throw ServiceError(.invalidBody, "'\(text.prefix(40))' is no number like 201710-000001")
        }
        self.init(text: text)
    }
}
