namespace Braid.Checking.Tests.Strategies;

/// <summary>Thrown by a model program when it sees a forbidden state.</summary>
internal sealed class ModelFailure : Exception;
