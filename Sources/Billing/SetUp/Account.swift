import Units

/// How an account pays.
public enum PaymentMethod: String, Hashable, Sendable, CaseIterable {
    case card
    case bankTransfer = "bank_transfer"
}

/// Who is billed. Append-only versions: a document names the version it was printed with.
public struct Account: Hashable, Sendable {
    public let id: AccountID
    /// Position of the event that recorded this version; 0 while it isn't recorded.
    public var version: Int64
    public var name: String
    public var postalCode: String
    public var address: String
    public var department: String
    public var registrationNumber: String
    public var email: String
    public var payment: PaymentMethod
    /// Two capital letters of ISO 3166-1.
    public var country: String

    /// Where consumption tax is due.
    public static let japan = "JP"

    public init(
        id: AccountID, version: Int64 = 0, name: String, postalCode: String = "", address: String = "",
        department: String = "", registrationNumber: String = "", email: String = "", payment: PaymentMethod = .card,
        country: String = Account.japan
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.postalCode = postalCode
        self.address = address
        self.department = department
        self.registrationNumber = registrationNumber
        self.email = email
        self.payment = payment
        self.country = country
    }

    /// What its documents are taxed as.
    public var taxCategory: TaxCategory { country == Self.japan ? .standard : .outsideScope }
}

/// Who sends the invoices.
public struct Issuer: Hashable, Sendable {
    public var version: Int64
    public var name: String
    /// `T` and 13 digits.
    public var registrationNumber: String
    public var postalCode: String
    public var address: String
    public var phone: String
    public var bankAccount: String

    public init(
        version: Int64 = 0, name: String, registrationNumber: String, postalCode: String = "", address: String = "",
        phone: String = "", bankAccount: String = ""
    ) {
        self.version = version
        self.name = name
        self.registrationNumber = registrationNumber
        self.postalCode = postalCode
        self.address = address
        self.phone = phone
        self.bankAccount = bankAccount
    }
}
