import Units

/// What a set-up file declares, read, with the line of each entry for messages. What an entry leaves out (`nil`) keeps
/// its recorded value; in a first version it is empty or the standard one.
public struct SetUpDeclaration: Sendable {
    public struct Entry<Value: Sendable>: Sendable {
        /// 1-based line of the file where the entry begins.
        public let line: Int
        public let value: Value

        public init(line: Int, value: Value) {
            self.line = line
            self.value = value
        }
    }

    public var issuer: Entry<DeclaredIssuer>?
    public var accounts: [Entry<DeclaredAccount>] = []
    public var plans: [Entry<DeclaredPlan>] = []
    /// Rows with position 0. An absent `to` declares a row without end.
    public var prices: [Entry<PriceRow>] = []
    /// Credits with position 0. An entry listed twice declares two credits.
    public var credits: [Entry<GrantedCredit>] = []
    public var rules: Entry<DeclaredRules>?

    public init() {}
}

extension SetUpDeclaration {
    public struct DeclaredIssuer: Sendable {
        public var name: String
        public var registrationNumber: String
        public var postalCode: String?
        public var address: String?
        public var phone: String?
        public var bankAccount: String?

        public init(
            name: String, registrationNumber: String, postalCode: String? = nil, address: String? = nil,
            phone: String? = nil,
            bankAccount: String? = nil
        ) {
            self.name = name
            self.registrationNumber = registrationNumber
            self.postalCode = postalCode
            self.address = address
            self.phone = phone
            self.bankAccount = bankAccount
        }
    }

    public struct DeclaredAccount: Sendable {
        public let id: AccountID
        public var name: String
        public var postalCode: String?
        public var address: String?
        public var department: String?
        public var registrationNumber: String?
        public var email: String?
        public var payment: PaymentMethod?
        public var country: String?
        /// Users to register; recorded users that aren't listed stay.
        public var users: [UserID]

        public init(
            id: AccountID, name: String, postalCode: String? = nil, address: String? = nil, department: String? = nil,
            registrationNumber: String? = nil, email: String? = nil, payment: PaymentMethod? = nil,
            country: String? = nil, users: [UserID] = []
        ) {
            self.id = id
            self.name = name
            self.postalCode = postalCode
            self.address = address
            self.department = department
            self.registrationNumber = registrationNumber
            self.email = email
            self.payment = payment
            self.country = country
            self.users = users
        }
    }

    public struct DeclaredPlan: Sendable {
        public let id: PlanID
        public var name: String
        public var gpuModel: String?
        public var gpuCount: GPUQuantity
        public var minimumExecutionSeconds: Int64?

        public init(
            id: PlanID, name: String, gpuModel: String? = nil, gpuCount: GPUQuantity,
            minimumExecutionSeconds: Int64? = nil
        ) {
            self.id = id
            self.name = name
            self.gpuModel = gpuModel
            self.gpuCount = gpuCount
            self.minimumExecutionSeconds = minimumExecutionSeconds
        }
    }

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
        /// An open run counts as alive.
        case none
    }
}
