import Testing
import Units

@testable import Billing

/// Set-up values written as short texts, for tables.
enum SetUpFixtures {
    static let registrationNumber = "T7000012050002"

    static func day(_ text: String) -> CivilDay { try! CivilDay(text: text) }

    /// `v100 0.016 gpu 2017-10-01 2017-11-17`, then optionally an account or `exclusive`; `-` for no end.
    static func row(_ text: String, position: Int64 = 0) -> PriceRow {
        let words = text.split(separator: " ").map(String.init)
        let account = words.dropFirst(5).first { $0 != "exclusive" }
        return PriceRow(
            position: position, plan: try! PlanID(words[0]), account: account.map { try! AccountID($0) },
            price: try! UnitPrice(decimal: words[1]), basis: PriceBasis(rawValue: words[2])!,
            tax: words.contains("exclusive") ? .exclusive : .inclusive, from: day(words[3]),
            to: words[4] == "-" ? nil : day(words[4]))
    }

    /// `acme 3000 2017-10-01 2017-12-31 v100,a100 trial`; `-` for all plans.
    static func credit(_ text: String, position: Int64 = 0) -> GrantedCredit {
        let words = text.split(separator: " ").map(String.init)
        let plans = words[4] == "-" ? [] : words[4].split(separator: ",").map { try! PlanID(String($0)) }
        return GrantedCredit(
            credit: Credit(
                position: position, account: try! AccountID(words[0]), yen: Yen(Int64(words[1])!), from: day(words[2]),
                to: day(words[3]), plans: plans),
            reason: words.dropFirst(5).joined(separator: " "))
    }

    static func plan(_ id: String, gpus: String = "1", minimum: Int64 = 1) -> Plan {
        Plan(
            id: try! PlanID(id), version: 1, name: id.uppercased(), gpuModel: "V100",
            gpuCount: try! GPUQuantity(decimal: gpus),
            minimumExecutionSeconds: minimum)
    }

    static func account(_ id: String, name: String) -> Account {
        Account(id: try! AccountID(id), version: 1, name: name)
    }

    /// Accounts acme and beta, plans v100 and a100, and what is given.
    static func recorded(prices: [String] = [], credits: [String] = []) -> SetUp {
        let accounts = [account("acme", name: "株式会社アクメ"), account("beta", name: "Beta")]
        let plans = [plan("v100"), plan("a100")]
        return SetUp(
            accounts: Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0) }),
            plans: Dictionary(uniqueKeysWithValues: plans.map { ($0.id, $0) }),
            prices: PriceBook(prices.enumerated().map { row($0.element, position: Int64($0.offset + 1)) }),
            credits: credits.enumerated().map { credit($0.element, position: Int64($0.offset + 100)) })
    }

    /// Entries on lines 1, 2, 3 …
    static func entries<Value: Sendable>(_ values: [Value]) -> [SetUpDeclaration.Entry<Value>] {
        values.enumerated().map { SetUpDeclaration.Entry(line: $0.offset + 1, value: $0.element) }
    }

    /// Summaries of the changes, or the errors with their codes.
    static func outcome(_ current: SetUp, _ declaration: SetUpDeclaration, _ use: SetUpUse = SetUpUse()) -> [String] {
        do throws(SetUpErrors) {
            return summaries(of: try plannedChanges(from: current, to: declaration, use: use).changes, from: current)
        } catch {
            return error.errors.map { "\($0.code.rawValue) \($0)" }
        }
    }

    /// The set-up after the changes are recorded, as the store would give it back.
    static func recording(_ changes: [SetUpChange], in current: SetUp, after last: Int64 = 1000) -> SetUp {
        var next = current
        var rows = current.prices.rows
        for (offset, change) in changes.enumerated() {
            let position = last + Int64(offset)
            switch change {
            case .issuer(let issuer): next.issuer = issuer
            case .account(let account): next.accounts[account.id] = account
            case .user(let account, let user): next.users[account, default: []].insert(user)
            case .plan(let plan): next.plans[plan.id] = plan
            case .price(let row):
                rows.append(
                    PriceRow(
                        position: position, plan: row.plan, account: row.account, price: row.price, basis: row.basis,
                        tax: row.tax, from: row.from, to: row.to))
            case .priceEnd(let ended, _, let to): rows[rows.firstIndex { $0.position == ended }!].to = to
            case .priceWithdrawal(let taken, _): rows.removeAll { $0.position == taken }
            case .credit(let granted): next.credits.append(granted)
            case .rules(let rules): next.rules = rules
            }
        }
        next.prices = PriceBook(rows)
        return next
    }
}
