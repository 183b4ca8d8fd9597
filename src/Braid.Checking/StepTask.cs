namespace Braid.Checking;

/// <summary>A task of a schedule, of an async method or a delegate.</summary>
/// <param name="Number">Its number in order of first appearance in <see cref="CheckReport.Steps"/>, from 1.</param>
/// <param name="Name">Its name in the report: <c>task of Bank.DepositAsync</c>, <c>task made at bank.cs:12</c>.</param>
public readonly record struct StepTask(int Number, string Name);
