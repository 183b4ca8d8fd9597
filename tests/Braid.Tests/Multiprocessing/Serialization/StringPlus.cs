namespace Braid.Tests;

internal static class StringPlus
{
    public static string Plus(this string first, string second) => first + second;
}
