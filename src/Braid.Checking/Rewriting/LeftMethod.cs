namespace Braid.Checking.Rewriting;

/// <summary>A method that runs as it was, because it could not be rewritten or .NET does not compile what was made of it.</summary>
/// <param name="Name">Its name, for reports.</param>
/// <param name="Reason">What went wrong.</param>
internal sealed record LeftMethod(string Name, string Reason);
