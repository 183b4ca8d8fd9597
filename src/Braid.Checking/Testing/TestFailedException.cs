using System.Reflection;

namespace Braid.Checking.Testing;

/// <summary>A test did not do what its attributes state: return a value, or throw.</summary>
internal sealed class TestFailedException(MethodInfo test, string message) : Exception(message)
{
    public MethodInfo Test => test;
}
