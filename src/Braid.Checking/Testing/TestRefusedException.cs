namespace Braid.Checking.Testing;

/// <summary>A test uses something of its framework that the checker does not provide. The message is a clause about the test.</summary>
internal sealed class TestRefusedException(string reason) : InvalidOperationException(reason);
