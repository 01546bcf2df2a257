import NIOCore

/// When a connection has to end, as a function of what happens on it. Knows no channel; `ConnectionGuard` tells it what
/// happens and asks for the deadline.
struct ConnectionDeadlines {
    private let limits: ConnectionLimits
    private var requests = 0
    private var responses = 0
    private var isInBody = false
    /// Since when nothing is under way; the connection's begin at first.
    private var idleSince: NIODeadline
    /// First byte of a head that isn't complete.
    private var headSince: NIODeadline?
    /// Since when we wait for bytes from the client.
    private var readingSince: NIODeadline?
    /// Of the present span of a body: how long we have waited in it before, and what has come.
    private var spanWaited = TimeAmount.zero
    private var spanBytes = 0
    private var blockedSince: NIODeadline?
    private var lingerSince: NIODeadline?
    private var lingerBytes = 0
    private var stopSince: NIODeadline?

    init(_ limits: ConnectionLimits, now: NIODeadline) {
        self.limits = limits
        idleSince = now
    }

    /// A request is being read or answered.
    var isBusy: Bool { isInBody || requests > responses }

    /// Bytes have come. False: more than is worth reading.
    mutating func received(_ count: Int, now: NIODeadline) -> Bool {
        if isInBody || lingerSince != nil { spanBytes += count } else if !isBusy { headSince = headSince ?? now }
        guard lingerSince != nil else { return true }
        lingerBytes += count
        return lingerBytes <= limits.lingerBytes
    }

    mutating func waitsForBytes(now: NIODeadline) { readingSince = readingSince ?? now }

    /// Reading has paused: the bytes that came are being worked on.
    mutating func pauses(now: NIODeadline) {
        if let since = readingSince, isInBody { spanWaited = spanWaited + (now - since) }
        readingSince = nil
    }

    mutating func requestBegan(now: NIODeadline) {
        requests += 1
        (isInBody, headSince) = (true, nil)
        (spanWaited, spanBytes) = (.zero, 0)
        if readingSince != nil { readingSince = now }
    }

    mutating func requestEnded(now: NIODeadline) {
        isInBody = false
        guard lingerSince != nil else { return }
        (lingerSince, idleSince) = (nil, now)
    }

    /// A part of an answer was given while its request still comes: the client has sent what it was asked for.
    mutating func responseWent(now: NIODeadline) {
        (spanWaited, spanBytes) = (.zero, 0)
        if readingSince != nil { readingSince = now }
    }

    mutating func responseEnded(now: NIODeadline) {
        responses += 1
        guard responses == requests else { return }
        idleSince = now
        if isInBody { lingers(now: now) }
    }

    /// What still comes is thrown away.
    mutating func lingers(now: NIODeadline) {
        lingerSince = lingerSince ?? now
        lingerBytes = 0
    }

    /// The answer finds room, or none.
    mutating func canWrite(_ isWritable: Bool, now: NIODeadline) {
        blockedSince = isWritable ? nil : blockedSince ?? now
    }

    mutating func stops(now: NIODeadline) { stopSince = stopSince ?? now }

    /// When to look again; `nil` while only we are being waited for.
    var deadline: NIODeadline? {
        var deadline = clientDeadline
        if let stopSince { deadline = earlier(deadline, stopSince, limits.stopMilliseconds) }
        if let blockedSince { deadline = earlier(deadline, blockedSince, limits.writeMilliseconds) }
        return deadline
    }

    /// Of what the client has to send.
    private var clientDeadline: NIODeadline? {
        if let lingerSince { return lingerSince + .milliseconds(limits.lingerMilliseconds) }
        if isInBody { return readingSince.map { $0 + .milliseconds(limits.bodySpanMilliseconds) - spanWaited } }
        guard !isBusy else { return nil }
        if let headSince { return headSince + .milliseconds(limits.headMilliseconds) }
        return idleSince + .milliseconds(limits.idleMilliseconds)
    }

    private func earlier(_ deadline: NIODeadline?, _ begin: NIODeadline, _ milliseconds: Int64) -> NIODeadline {
        let other = begin + .milliseconds(milliseconds)
        return deadline.map { min($0, other) } ?? other
    }

    /// Whether the connection ends now. A body's span that has brought enough is followed by the next.
    mutating func hasExpired(now: NIODeadline) -> Bool {
        guard let deadline, deadline <= now else { return false }
        guard isInBody, lingerSince == nil, spanBytes >= limits.bodyBytesPerSpan else { return true }
        (spanWaited, spanBytes) = (.zero, 0)
        if readingSince != nil { readingSince = now }
        return self.deadline.map { $0 <= now } ?? false
    }
}
