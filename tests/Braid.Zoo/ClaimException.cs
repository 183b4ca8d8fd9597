namespace BugZoo;

/// <summary>What a program of the zoo claims does not hold.</summary>
public sealed class ClaimException(string claim) : Exception($"This does not hold: {claim}.");
