namespace Braid.Diagnostics;

/// <summary>Reads the texts of exceptions whose classes users wrote, and whose getters may themselves throw.</summary>
internal static class SafeText
{
    public static string MessageOf(Exception exception) => Of(() => exception.Message) ?? "(no message)";

    public static string? StackTraceOf(Exception exception) => Of(() => exception.StackTrace);

    public static string? SourceOf(Exception exception) => Of(() => exception.Source);

    public static string? HelpLinkOf(Exception exception) => Of(() => exception.HelpLink);

    public static string DescriptionOf(Exception exception) => Of(exception.ToString) ?? exception.GetType().ToString();

    private static string? Of(Func<string?> text)
    {
        try
        {
            return text();
        }
        catch (Exception failure)
        {
            return $"(asking for it failed with {failure.GetType()})";
        }
    }
}
