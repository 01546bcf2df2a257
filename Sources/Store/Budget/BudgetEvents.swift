import Billing
import UsageLedger
import Units

/// The events of budgets, and what is read back from them.
enum BudgetEvents {
    static func budgetSet(_ budget: Budget, account: AccountID, user: UserID) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .budgetSet, subject: account.text,
            data: [
                .init("user", .string(user.text)),
                .init("hard_cap_yen", budget.hardCap.map { .integer($0.amount) } ?? .null),
                .init("alert_yen", .array(budget.alerts.map { .integer($0.amount) })),
            ])
    }

    static func budget(_ data: JSONValue) -> Budget {
        Budget(
            hardCap: data["hard_cap_yen"]?.integer.map(Yen.init),
            alerts: (data["alert_yen"]?.array ?? []).compactMap { $0.integer.map(Yen.init) })
    }

    static func taskReserved(_ reservation: Reservation, task: TaskID) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .taskReserved, subject: task.text,
            data: [
                .init("account", .string(reservation.account.text)), .init("plan", .string(reservation.plan.text)),
                .init("yen_per_second", .string(reservation.price.price.description)),
                .init("basis", .string(reservation.price.basis.rawValue)),
                .init("tax", .string(reservation.price.tax.rawValue)),
                .init("from", .string(reservation.from.description)),
                .init("reserved_micro_yen", .string(String(reservation.microYen))),
            ])
    }

    /// `nil` when it isn't one.
    static func reservation(_ data: JSONValue) -> Reservation? {
        guard let account = data["account"]?.string.flatMap({ try? AccountID($0) }),
            let plan = data["plan"]?.string.flatMap({ try? PlanID($0) }),
            let price = data["yen_per_second"]?.string.flatMap({ try? UnitPrice(decimal: $0) }),
            let basis = data["basis"]?.string.flatMap(PriceBasis.init),
            let tax = data["tax"]?.string.flatMap(TaxBasis.init),
            let from = data["from"]?.string.flatMap({ try? CivilDay(text: $0) }),
            let microYen = data["reserved_micro_yen"]?.string.flatMap({ Int64($0) })
        else { return nil }
        return Reservation(
            account: account, plan: plan, price: ReservedPrice(price: price, basis: basis, tax: tax), from: from,
            microYen: microYen)
    }

    static func budgetAlert(_ threshold: Yen, account: AccountID, period: BillingPeriod, used: ExactYen)
        -> LedgerEventDraft
    {
        LedgerEventDraft(
            type: .budgetAlert, subject: account.text,
            data: [
                .init("period", .string(period.description)), .init("threshold_yen", .integer(threshold.amount)),
                .init("used_yen", .string(used.description)),
            ])
    }
}

/// What one task may cost at most.
struct Reservation: Hashable {
    let account: AccountID
    let plan: PlanID
    let price: ReservedPrice
    /// From which day on it may run.
    let from: CivilDay
    let microYen: Int64
}
