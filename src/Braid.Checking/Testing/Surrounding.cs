using System.Reflection;

namespace Braid.Checking.Testing;

/// <summary>A method that a framework calls before or after a test.</summary>
internal sealed record Surrounding(MethodInfo Method, bool IsAfter);
