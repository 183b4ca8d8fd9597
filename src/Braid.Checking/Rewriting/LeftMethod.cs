namespace Braid.Checking.Rewriting;

/// <summary>A method that runs unmodified, because it could not be rewritten or .NET does not compile the result.</summary>
/// <param name="Name">Its name, for reports.</param>
/// <param name="Reason">What went wrong.</param>
internal sealed record LeftMethod(string Name, string Reason);
