namespace Braid.Cli;

/// <summary>The command's input cannot be used. The message tells the user what is wrong and what to do.</summary>
internal sealed class InputMistakeException(string message) : Exception(message);
