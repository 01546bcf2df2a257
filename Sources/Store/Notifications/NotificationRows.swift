import Units

/// Where an account wants to be told.
public struct NotificationEndpoint: Hashable, Sendable {
    public let id: Int64
    /// `webhook`.
    public var type: String
    /// A URL.
    public var address: String
    /// What signs its messages, encrypted.
    public var sealedSecret: String
    /// It has answered a message with 2xx at this address.
    public var isVerified: Bool
    public let times: ResourceTimes

    public init(
        id: Int64, type: String, address: String, sealedSecret: String, isVerified: Bool, times: ResourceTimes
    ) {
        self.id = id
        self.type = type
        self.address = address
        self.sealedSecret = sealedSecret
        self.isVerified = isVerified
        self.times = times
    }
}

/// What an account can be told.
public enum NotificationEventType: String, Hashable, Sendable, CaseIterable {
    case taskCompleted = "task_completed"
    case invoiceIssued = "invoice_issued"
    case budgetThreshold = "budget_threshold"
}

/// What an account wants to be told, and where.
public struct NotificationSetting: Hashable, Sendable {
    /// UUID.
    public let id: String
    public var eventType: NotificationEventType
    public var isEnabled: Bool
    /// In ascending order.
    public var endpointIDs: [Int64]
    public let times: ResourceTimes

    public init(
        id: String, eventType: NotificationEventType, isEnabled: Bool, endpointIDs: [Int64], times: ResourceTimes
    ) {
        self.id = id
        self.eventType = eventType
        self.isEnabled = isEnabled
        self.endpointIDs = Set(endpointIDs).sorted()
        self.times = times
    }
}

/// What the end of one task wants otherwise than the settings say; `nil` leaves it to them.
public struct TaskNotification: Hashable, Sendable {
    public var isEnabled: Bool?
    public var endpointIDs: [Int64]?

    public init(isEnabled: Bool?, endpointIDs: [Int64]?) {
        self.isEnabled = isEnabled
        self.endpointIDs = endpointIDs.map { Set($0).sorted() }
    }
}
