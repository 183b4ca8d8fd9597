using Braid.Checking;

namespace Braid.Cli;

/// <summary>One item of a file to check: a method, or a case of a test.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Argument">The option that selects it alone.</param>
/// <param name="IsTest">Whether it is a test of a framework.</param>
/// <param name="Explore">Checks it.</param>
internal sealed record CheckTarget(string Name, string Argument, bool IsTest, Func<CheckOptions, CheckReport> Explore);
