using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.Analyzers;

/// <summary>Which types a program gives a converter: by Payloads.Register, by an attribute or by an interface.</summary>
internal static class ConvertedTypes
{
    private const string Register = "Register";
    private static readonly string[] s_markers = ["JsonConverterAttribute"];
    private static readonly string[] s_interfaces = ["ISerializable", "IPayloadForm"];

    /// <summary>The names of the types for which the compilation calls a method <c>Register&lt;T&gt;</c>.</summary>
    /// <remarks>
    /// By name, so a type may be taken for another of its name, or another library's method for that of Payloads. Then the rule is
    /// silent where it could have warned, never the other way round.
    /// </remarks>
    public static HashSet<string> In(Compilation compilation, CancellationToken token)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            if (tree.TryGetText(out var text) && text.ToString().IndexOf("Payloads", StringComparison.Ordinal) < 0)
            {
                continue;
            }

            names.UnionWith(
                from call in tree.GetRoot(token).DescendantNodes().OfType<InvocationExpressionSyntax>()
                where NameOf(call) == Register
                from mentioned in call.DescendantNodes().OfType<SimpleNameSyntax>()
                select mentioned.Identifier.ValueText);
        }

        return names;
    }

    /// <summary>Whether the type, or one that it derives from, has a converter.</summary>
    public static bool Has(HashSet<string> converted, ITypeSymbol type) =>
        type.SelfAndBases().Any(one => converted.Contains(one.Name) || s_interfaces.Contains(one.Name)
            || one.GetAttributes().Any(static mark => s_markers.Contains(mark.AttributeClass?.Name)));

    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => "",
    };
}
