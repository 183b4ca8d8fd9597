namespace Braid.Tests;

public sealed class InterruptedLockTests() : InterruptedLockContract(World.OfThreads);

public sealed class InterruptedSemaphoreTests() : InterruptedSemaphoreContract(World.OfThreads);

public sealed class InterruptedEventTests() : InterruptedEventContract(World.OfThreads);

public sealed class InterruptedConditionTests() : InterruptedConditionContract(World.OfThreads);

public sealed class InterruptedSharedLockTests() : InterruptedLockContract(World.OfProcesses);

public sealed class InterruptedSharedSemaphoreTests() : InterruptedSemaphoreContract(World.OfProcesses);

public sealed class InterruptedSharedEventTests() : InterruptedEventContract(World.OfProcesses);

public sealed class InterruptedSharedConditionTests() : InterruptedConditionContract(World.OfProcesses);
