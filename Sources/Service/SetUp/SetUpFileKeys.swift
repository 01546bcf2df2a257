/// The keys of the set-up file, by section. Every other key is an error.
enum SetUpFileKeys {
    static let file = ["issuer", "accounts", "plans", "prices", "credits", "rules"]
    static let issuer = ["name", "registration_number", "postal_code", "address", "phone", "bank_account"]
    static let account = [
        "id", "name", "users", "postal_code", "address", "department", "registration_number", "email", "payment",
        "country",
    ]
    static let plan = ["id", "name", "gpu_model", "gpu_count", "minimum_execution_seconds"]
    static let price = ["plan", "yen_per_second", "basis", "from", "to", "account", "tax"]
    static let credit = ["account", "yen", "from", "to", "plans", "reason"]
    static let rules = ["invoice_minimum_yen", "grace_hours", "runaway_silence_minutes"]

    static let advice = "declare some of \(file.joined(separator: ", "))"
}
