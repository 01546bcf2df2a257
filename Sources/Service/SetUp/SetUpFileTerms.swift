import Billing
import Units

// Entries that say what use costs: plans, prices, credits and rules.
extension SetUpFileFields {
    mutating func plan(_ entry: FileEntry) -> SetUpDeclaration.DeclaredPlan? {
        let id = unit(required("id", of: entry), entry.path("id"), PlanID.init)
        let name = requiredWords("name", of: entry)
        let gpuModel = words("gpu_model", of: entry)
        let gpuCount = unit(required("gpu_count", of: entry), entry.path("gpu_count"), GPUQuantity.init(decimal:))
        let minimum = whole("minimum_execution_seconds", of: entry)
        guard let id, let name, let gpuCount else { return nil }
        return SetUpDeclaration.DeclaredPlan(
            id: id, name: name, gpuModel: gpuModel, gpuCount: gpuCount, minimumExecutionSeconds: minimum)
    }

    mutating func price(_ entry: FileEntry) -> PriceRow? {
        let plan = unit(required("plan", of: entry), entry.path("plan"), PlanID.init)
        let price = unit(
            required("yen_per_second", of: entry), entry.path("yen_per_second"), UnitPrice.init(decimal:))
        let basis = choice("basis", of: entry, PriceBasis.self) ?? .plan
        let tax = choice("tax", of: entry, TaxBasis.self) ?? .inclusive
        let account = unit(scalar("account", of: entry), entry.path("account"), AccountID.init)
        let from = unit(required("from", of: entry), entry.path("from"), CivilDay.init(text:))
        let to = unit(scalar("to", of: entry), entry.path("to"), CivilDay.init(text:))
        guard let plan, let price, let from else { return nil }
        return PriceRow(
            position: 0, plan: plan, account: account, price: price, basis: basis, tax: tax, from: from, to: to)
    }

    mutating func credit(_ entry: FileEntry) -> GrantedCredit? {
        let account = unit(required("account", of: entry), entry.path("account"), AccountID.init)
        let yen = whole(required("yen", of: entry), entry.path("yen"))
        let from = unit(required("from", of: entry), entry.path("from"), CivilDay.init(text:))
        let to = unit(required("to", of: entry), entry.path("to"), CivilDay.init(text:))
        let plans = scalars("plans", of: entry, what: "plan ids").compactMap {
            unit($0, entry.path("plans"), PlanID.init)
        }
        let reason = words("reason", of: entry) ?? ""
        guard let account, let yen, let from, let to else { return nil }
        return GrantedCredit(
            credit: Credit(position: 0, account: account, yen: Yen(yen), from: from, to: to, plans: plans),
            reason: reason)
    }

    mutating func rules(_ entry: FileEntry) -> SetUpDeclaration.DeclaredRules? {
        SetUpDeclaration.DeclaredRules(
            invoiceMinimumYen: whole("invoice_minimum_yen", of: entry), graceHours: whole("grace_hours", of: entry),
            runawaySilence: silence("runaway_silence_minutes", of: entry))
    }

    /// Minutes, or the word `none`. Nothing at all is refused: it might be meant as either.
    private mutating func silence(_ key: String, of entry: FileEntry) -> SetUpDeclaration.DeclaredSilence? {
        if let node = entry.values[key], node.isNothing {
            refuse(.invalidValue, line: node.line, "\(entry.path(key)): write a number of minutes, or none")
            return nil
        }
        guard let found = scalar(key, of: entry) else { return nil }
        if found.text == "none" { return SetUpDeclaration.DeclaredSilence.none }
        return whole(found, entry.path(key)).map { .minutes($0) }
    }

    private mutating func whole(_ key: String, of entry: FileEntry) -> Int64? {
        whole(scalar(key, of: entry), entry.path(key))
    }
}
