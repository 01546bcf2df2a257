import Billing

/// How programs and people call the accounts.
extension BooksAccount {
    enum Root: String {
        case assets = "Assets"
        case liabilities = "Liabilities"
        case income = "Income"
        case expenses = "Expenses"

        var japanese: String {
            switch self {
            case .assets: "資産"
            case .liabilities: "負債"
            case .income: "収益"
            case .expenses: "費用"
            }
        }
    }

    var root: Root {
        switch self {
        case .unbilled, .receivable, .bank: .assets
        case .held, .tax: .liabilities
        case .sales, .returns: .income
        case .fee: .expenses
        }
    }

    var japanese: String {
        switch self {
        case .unbilled: "未請求売掛金"
        case .receivable: "売掛金"
        case .held: "前受金"
        case .bank: "普通預金"
        case .sales: "売上高"
        case .returns: "売上値引"
        case .tax: "仮受消費税"
        case .fee: "支払手数料"
        }
    }

    var english: String {
        switch self {
        case .unbilled: "Unbilled"
        case .receivable: "Receivable"
        case .held: "AdvancesReceived"
        case .bank: "Bank"
        case .sales: "Sales"
        case .returns: "SalesReturns"
        case .tax: "ConsumptionTaxReceived"
        case .fee: "BankFees"
        }
    }
}
