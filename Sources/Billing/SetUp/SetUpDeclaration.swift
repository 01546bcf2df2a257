import Units

/// What a set-up file declares, read and checked, with the line of each entry for messages.
public struct SetUpDeclaration: Sendable {
    public struct Entry<Value: Sendable>: Sendable {
        public let line: Int
        public let value: Value

        public init(line: Int, value: Value) {
            self.line = line
            self.value = value
        }
    }

    public struct DeclaredAccount: Sendable {
        public let account: Account
        public let users: [UserID]

        public init(account: Account, users: [UserID]) {
            self.account = account
            self.users = users
        }
    }

    public var issuer: Entry<Issuer>?
    public var accounts: [Entry<DeclaredAccount>] = []
    public var plans: [Entry<Plan>] = []
    public var prices: [Entry<PriceRow>] = []
    public var credits: [Entry<GrantedCredit>] = []
    /// Rules that the file names; others keep their value.
    public var rules: Entry<DeclaredRules>?

    public struct DeclaredRules: Sendable {
        public var invoiceMinimumYen: Int64?
        public var graceHours: Int64?
        public var runawaySilence: DeclaredSilence?

        public init(invoiceMinimumYen: Int64? = nil, graceHours: Int64? = nil, runawaySilence: DeclaredSilence? = nil) {
            self.invoiceMinimumYen = invoiceMinimumYen
            self.graceHours = graceHours
            self.runawaySilence = runawaySilence
        }
    }

    public enum DeclaredSilence: Sendable {
        case minutes(Int64)
        case none
    }

    public init() {}
}

/// An entry of a set-up file that can't be applied. Nothing of the file is applied then.
public struct SetUpError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case invalidFile = "invalid_set_up_file"
        case unknownKey = "unknown_key"
        case invalidValue = "invalid_value"
        case priceIsUsed = "price_is_used"
        case pricesShareADay = "prices_share_a_day"
        case planIsUsed = "plan_is_used"
        case unknownReference = "unknown_reference"
    }

    public let code: Code
    /// 1-based line of the file; 0 when it concerns the whole file.
    public let line: Int
    public let message: String

    public init(_ code: Code, line: Int, _ message: String) {
        self.code = code
        self.line = line
        self.message = message
    }

    public var description: String { line > 0 ? "line \(line): \(message)" : message }
}
