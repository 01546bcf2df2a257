import Units

/// Reads one CloudEvents 1.0 JSON event of the usage feed (§3) and makes its canonical body.
///
/// One pass over the input, one buffer for all that is derived from it. Strings without escapes are copied as they
/// stand.
public struct EventDecoder: Sendable {
    /// A longer event of a feed is refused (`too_large`).
    public static let maximumBytes = 262_144

    private let maximumBytes: Int

    /// - Parameter maximumBytes: longest event that is taken; a request that was checked may make a longer one.
    public init(maximumBytes: Int = EventDecoder.maximumBytes) { self.maximumBytes = maximumBytes }

    /// Checks the whole event and gives its facts, canonical body, leaf hash and private texts. `makeSalt` is called
    /// once for each private text, in the order of the body. Whether an instant lies in the future is for the caller to
    /// check: `DecodedEvent.latestInstant`.
    ///
    /// Errors, the first that applies: `too_large`; `invalid_json`, and `invalid_field` for inexact numbers, by byte
    /// offset; `duplicate_key`; then what `EventEnvelope` and `EventFields` name: `missing_field`, `invalid_field`,
    /// `unknown_type`, `instant_out_of_range`.
    public func decode(_ bytes: UnsafeBufferPointer<UInt8>, makeSalt: () -> Salt) -> Result<DecodedEvent, EventError> {
        EventWorkspace.with(bytes, atMost: maximumBytes) { workspace -> Result<DecodedEvent, EventError> in
            do throws(EventError) {
                let (scan, task, fact) = try workspace.read(isRecorded: false)
                var output = workspace.output
                output.append(MerkleTree.leafPrefix)
                var writer = EventBodyWriter(scan: scan, output: output)
                writer.write(makeSalt: makeSalt)
                return .success(
                    DecodedEvent(
                        task: task, fact: fact, body: Array(writer.output.bytes(from: 1)),
                        leafHash: Digest.sha256(UnsafeRawBufferPointer(writer.output.bytes(from: 0))),
                        privateTexts: writer.privateTexts))
            } catch { return .failure(error) }
        }
    }

    /// The same for an array of bytes.
    public func decode(_ bytes: [UInt8], makeSalt: () -> Salt) -> Result<DecodedEvent, EventError> {
        bytes.withUnsafeBufferPointer { decode($0, makeSalt: makeSalt) }
    }

    /// Reads the facts back from a canonical body of the log. Private texts, now hashes, are ignored.
    /// Errors: as `decode`, when the body isn't one that `decode` made.
    public static func fact(
        ofRecordedBody body: UnsafeBufferPointer<UInt8>
    ) throws(EventError) -> (task: TaskID, fact: UsageFact) {
        let result = EventWorkspace.with(body) { workspace -> Result<(task: TaskID, fact: UsageFact), EventError> in
            do throws(EventError) {
                let (_, task, fact) = try workspace.read(isRecorded: true)
                return .success((task, fact))
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The body that `event` has with the salts (by field) under which it was recorded before. A field without a salt
    /// keeps its own hash. An event that is sent again is the same when this equals the recorded body.
    public func body(of event: DecodedEvent, withSalts salts: [String: Salt]) -> [UInt8] {
        var body = event.body
        for text in event.privateTexts {
            guard let salt = salts[text.field] else { continue }
            let digits = text.canonicalText.withUnsafeBufferPointer { Digest.salted($0, salt: salt) }
            body.replaceSubrange(text.digestOffset..<text.digestOffset + digits.count, with: digits)
        }
        return body
    }
}

extension DecodedEvent {
    /// The latest instant that the event names, in the envelope or in its data.
    public var latestInstant: Instant {
        switch fact.detail {
        case .submitted, .started, .alive, .stopped, .canceled: fact.time
        case .waived(_, _, let to): max(fact.time, to)
        case .restated(_, let restatement):
            max(fact.time, max(restatement.startedAt ?? fact.time, restatement.stoppedAt ?? fact.time))
        }
    }
}
