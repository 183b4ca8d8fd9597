namespace Braid.Tests;

public sealed class BlockedFutureTests() : FutureContract(Cast.Blocking);

public sealed class AwaitedFutureTests() : FutureContract(Cast.Awaiting);

public sealed class MixedFutureTests() : FutureContract(Cast.Mixed);
