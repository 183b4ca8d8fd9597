namespace Braid.Cli;

/// <summary>What was given to the command cannot be used. The message is for whoever typed it: what is wrong, and what to do.</summary>
internal sealed class InputMistakeException(string message) : Exception(message);
