namespace Braid.Checking;

/// <summary>A place in the code of the program.</summary>
/// <param name="Method">The method: <c>Account.Deposit</c>.</param>
/// <param name="File">The source file, as the symbols name it; null without symbols.</param>
/// <param name="Line">The line, from 1; null without symbols.</param>
/// <param name="Source">
/// The text of the line, without its indentation; null if the file is not there, or is not the one that was compiled.
/// </param>
public sealed record StepPlace(string Method, string? File, int? Line, string? Source);
