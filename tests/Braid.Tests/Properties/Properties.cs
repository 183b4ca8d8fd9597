using FsCheck;
using FsCheck.Fluent;

namespace Braid.Tests;

/// <summary>One operation of a random sequence.</summary>
/// <param name="Operation">Which one.</param>
/// <param name="Argument">A small number: an item, an amount, or which of those who wait.</param>
internal sealed record Step<TOperation>(TOperation Operation, int Argument)
    where TOperation : struct, Enum;

/// <summary>Runs random sequences of operations against a model; a failing sequence is shortened and printed with its seed.</summary>
internal static class Properties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(80).WithQuietOnSuccess(true);

    public static void Hold<TOperation>(Action<IReadOnlyList<Step<TOperation>>> run)
        where TOperation : struct, Enum
    {
        Gen<Step<TOperation>> steps = Gen.Elements(Enum.GetValues<TOperation>()).Zip(Gen.Choose(0, 4), (operation, argument) => new Step<TOperation>(operation, argument));
        Arbitrary<Step<TOperation>[]> sequences = Arb.Array(steps.ToArbitrary());
        Check.One(s_config, Prop.ForAll(sequences, sequence => run(sequence)));
    }
}
