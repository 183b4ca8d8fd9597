namespace Braid.Tests;

public sealed class BlockedFailingQueueTests() : FailingQueueContract(Cast.Blocking);

public sealed class AwaitedFailingQueueTests() : FailingQueueContract(Cast.Awaiting);

public sealed class MixedFailingQueueTests() : FailingQueueContract(Cast.Mixed);
