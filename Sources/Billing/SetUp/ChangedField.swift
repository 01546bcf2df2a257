import Units

/// A field that has another value than before, under its key in the set-up file.
struct ChangedField {
    let key: String
    let old: String
    let new: String

    /// `name A → B`; an empty value reads `(none)`.
    var text: String { "\(key) \(old.isEmpty ? "(none)" : old) → \(new.isEmpty ? "(none)" : new)" }
}

/// The fields that differ, compared byte for byte. Both lists name the same keys in the same order.
func changedFields(from old: [(key: String, text: String)], to new: [(key: String, text: String)]) -> [ChangedField] {
    precondition(old.count == new.count, "two versions of one thing have the same fields")
    return zip(old, new).compactMap { old, new in
        SetUpText.same(old.text, new.text) ? nil : ChangedField(key: old.key, old: old.text, new: new.text)
    }
}

extension Issuer {
    var fields: [(key: String, text: String)] {
        [
            ("name", name), ("registration_number", registrationNumber), ("postal_code", postalCode),
            ("address", address),
            ("phone", phone), ("bank_account", bankAccount),
        ]
    }
}

extension Account {
    var fields: [(key: String, text: String)] {
        [
            ("name", name), ("postal_code", postalCode), ("address", address), ("department", department),
            ("registration_number", registrationNumber), ("email", email), ("payment", payment.rawValue),
            ("country", country),
        ]
    }
}

extension Plan {
    var fields: [(key: String, text: String)] { [("name", name), ("gpu_model", gpuModel)] + termFields }

    /// What a used plan can't change.
    var termFields: [(key: String, text: String)] {
        [
            ("gpu_count", gpuCount.description),
            ("minimum_execution_seconds", String(minimumExecutionSeconds)),
        ]
    }
}

extension BillingRules {
    var fields: [(key: String, text: String)] {
        let silence =
            switch runawaySilence {
            case .minutes(let minutes): String(minutes)
            case .none: "none"
            }
        return [
            ("invoice_minimum_yen", String(invoiceMinimumYen)), ("grace_hours", String(graceHours)),
            ("runaway_silence_minutes", silence),
        ]
    }
}
