namespace Braid.Checking.Tests.Strategies;

/// <summary>What a model program throws when it sees what it must not see.</summary>
internal sealed class ModelFailure : Exception;
