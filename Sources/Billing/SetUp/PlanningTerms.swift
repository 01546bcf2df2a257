import Units
import UsageLedger

// Rules and plans: the terms of use.
extension SetUpPlanning {
    static let invoiceMinimumYen: ClosedRange<Int64> = 0...1_000_000_000_000
    static let graceHours: ClosedRange<Int64> = 0...8_760
    static let runawaySilenceMinutes: ClosedRange<Int64> = 0...525_600

    mutating func planRules() {
        guard let entry = declaration.rules else { return }
        var rules = current.rules
        if let yen = entry.value.invoiceMinimumYen {
            check(yen, "invoice_minimum_yen", of: "rules", within: Self.invoiceMinimumYen, line: entry.line)
            rules.invoiceMinimumYen = yen
        }
        if let hours = entry.value.graceHours {
            check(hours, "grace_hours", of: "rules", within: Self.graceHours, line: entry.line)
            rules.graceHours = hours
        }
        if let silence = entry.value.runawaySilence {
            switch silence {
            case .minutes(let minutes):
                check(
                    minutes, "runaway_silence_minutes", of: "rules", within: Self.runawaySilenceMinutes,
                    line: entry.line)
                rules.runawaySilence = .minutes(minutes)
            case .none: rules.runawaySilence = .none
            }
        }
        if rules != current.rules { changes.append(.rules(rules)) }
    }

    mutating func planPlans() {
        var firstLines: [PlanID: Int] = [:]
        for entry in declaration.plans {
            let id = entry.value.id
            if let first = firstLines.updateValue(entry.line, forKey: id) {
                refuse(
                    .invalidValue, line: entry.line, field: "id",
                    "plan '\(id)' is declared twice, first on line \(first)")
                continue
            }
            let recorded = current.plans[id]
            let plan = entry.value.plan(over: recorded)
            checkPrinted(plan, line: entry.line)
            check(
                plan.minimumExecutionSeconds, "minimum_execution_seconds", of: "plan '\(id)'",
                within: 0...Plan.longestMinimumSeconds, line: entry.line)
            if let recorded {
                let changed = changedFields(from: recorded.fields, to: plan.fields)
                if changed.isEmpty { continue }
                refuseChangedTerms(of: plan, from: recorded, line: entry.line)
            }
            changes.append(.plan(plan))
        }
    }

    /// Count and minimum of a used plan never change (§1).
    private mutating func refuseChangedTerms(of plan: Plan, from recorded: Plan, line: Int) {
        guard use.plans.contains(plan.id), plan.terms != recorded.terms else { return }
        let changed = changedFields(from: recorded.termFields, to: plan.termFields).map(\.text).joined(separator: ", ")
        refuse(
            .planIsUsed, line: line, field: "",
            "plan '\(plan.id)' is used by issued invoices and can't change \(changed); make a new plan with another id")
    }
}

extension SetUpDeclaration.DeclaredPlan {
    func plan(over recorded: Plan?) -> Plan {
        Plan(
            id: id, name: name, gpuModel: gpuModel ?? recorded?.gpuModel ?? "", gpuCount: gpuCount,
            minimumExecutionSeconds: minimumExecutionSeconds ?? recorded?.minimumExecutionSeconds ?? 0)
    }
}
