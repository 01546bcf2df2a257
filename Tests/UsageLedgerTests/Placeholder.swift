import Testing
@testable import UsageLedger
