import UsageLedger
import Units

#if canImport(Glibc)
    import Glibc
#endif

/// What the core may not make itself: the time, fresh ids and salts. Tests fix them.
public struct ServiceEnvironment: Sendable {
    public let now: @Sendable () -> Instant
    public let makeID: @Sendable () -> String
    /// 16 random bytes.
    public let makeSalt: @Sendable () -> Salt

    public init(
        now: @escaping @Sendable () -> Instant, makeID: @escaping @Sendable () -> String,
        makeSalt: @escaping @Sendable () -> Salt
    ) {
        self.now = now
        self.makeID = makeID
        self.makeSalt = makeSalt
    }

    /// The host's clock and the system's random numbers.
    public static var live: ServiceEnvironment {
        let ids = TimeOrderedIDs()
        return ServiceEnvironment(
            now: systemTime, makeID: { ids.next(at: systemTime()) },
            makeSalt: {
                var generator = SystemRandomNumberGenerator()
                var salt = Salt()
                for _ in 0..<2 { withUnsafeBytes(of: generator.next() as UInt64) { salt += $0 } }
                return salt
            })
    }

    private static func systemTime() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
