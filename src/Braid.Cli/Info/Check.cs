namespace Braid.Cli;

/// <summary>Something that Braid needs of the system, after it was tried.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Works">Whether it works; null if this system is not one that could have it.</param>
/// <param name="Detail">What was seen, or why it does not work.</param>
/// <param name="Disables">What Braid cannot do, or does in a slower way, without it; null if it works.</param>
internal sealed record Check(string Name, bool? Works, string Detail, string? Disables);
