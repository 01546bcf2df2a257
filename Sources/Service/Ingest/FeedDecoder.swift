import UsageLedger

/// Decodes events of outside feeds. A task's environment is sealed before it becomes part of an event, as our own
/// tasks' are (decision 9): neither the database nor the hash in the log tells a secret, or lets anybody try out a weak
/// one.
struct FeedDecoder: Sendable {
    let secrets: SecretCipher
    let makeSalt: @Sendable () -> Salt

    /// The same event sealed again gives the same text, so that a repeat is one.
    /// Errors: those of `EventDecoder`; `secret_key_unusable`.
    func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<DecodedEvent, EventError> {
        let decoded = EventDecoder().decode(bytes, makeSalt: makeSalt)
        guard case .success(let event) = decoded, event.privateTexts.contains(where: { $0.field == Self.field }),
            let open = try? JSONValue(parsing: bytes, fractionPath: ["data", "gpus"])
        else { return decoded }
        do {
            let sealed = try sealed(open, event)
            return EventDecoder(maximumBytes: .max).decode(sealed.canonicalBytes, makeSalt: makeSalt)
        } catch {
            return .failure(
                EventError(.secretKeyUnusable, field: "data." + Self.field, ErrorTable.show(error).message))
        }
    }

    func decode(_ bytes: [UInt8]) -> Result<DecodedEvent, EventError> { bytes.withUnsafeBufferPointer(decode) }

    private static let field = "environment"

    private func sealed(_ value: JSONValue, _ event: DecodedEvent) throws -> JSONValue {
        try value.replacing("data") { data in
            try data.replacing(Self.field) { environment in
                let key = event.fact.key
                return .string(
                    try secrets.sealRepeatably(
                        environment.canonicalText, for: TaskEnvironment.place(event.task),
                        of: JSONValue.array([.string(key.source), .string(key.id)]).canonicalText))
            }
        }
    }
}

extension JSONValue {
    /// The same object with another value of a member; a value that isn't an object as it is.
    fileprivate func replacing(_ key: String, with value: (JSONValue) throws -> JSONValue) rethrows -> JSONValue {
        guard let members else { return self }
        return .object(
            try members.map { member in
                member.key.utf8.elementsEqual(key.utf8) ? .init(member.key, try value(member.value)) : member
            })
    }
}
